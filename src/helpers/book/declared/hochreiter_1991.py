"""The claims of chapter 2: Hochreiter 1991."""

from helpers.book.claims import Claim

SECTION = "Hochreiter and Schmidhuber 1997, section 3.1, after Hochreiter 1991"
KEY = "hochreiter1997"

same = Claim(
    "three-ways",
    "The sum over all paths, the matrix product and automatic differentiation give one number.",
    SECTION,
    key=KEY,
    band=(None, 1e-10),
    quantity="largest relative difference, one value per net",
)
four = Claim(
    "weights-below-four",
    "A logistic unit with |w| < 4.0 has |f'(z) w| < 1 at every net input z.",
    SECTION,
    key=KEY,
    band=(None, 0.99999),
    quantity="largest |f'(z) w| over z, one value per weight",
)
tight = Claim(
    "four-is-tight",
    "4.0 is the largest such weight: at |w| = 4.0 the factor reaches 1.",
    SECTION,
    key=KEY,
    band=(0.999999, 1.000001),
    paper=1.0,
    quantity="largest |f'(z) 4|, one value per grid of net inputs",
)
bounded = Claim(
    "bound-holds",
    "No error signal in 1,000 random logistic nets with |w| < 4.0/n exceeds n τ^q at any lag.",
    SECTION,
    key=KEY,
    band=(None, 0.0),
    quantity="log10 of error over bound, the largest over lags, one value per net",
)
rate = Claim(
    "learning-rate",
    "The learning rate leaves the ratio of long-lag to short-lag error unchanged.",
    SECTION,
    key=KEY,
    band=(None, 1e-12),
    quantity="relative change of the ratio between rates 0.01 and 10, one value per net",
)
falls = Claim(
    "latching-falls",
    "With the training of the time, success in latching one bit falls as the lag grows.",
    "Bengio, Simard and Frasconi 1994",
    key="bengio1994",
    band=(None, -0.9),
    quantity="rank correlation of lag and speed of learning, one value per net",
)
guessing = Claim(
    "latch-by-guessing",
    "Drawing weights at random solves latch I in a handful of trials.",
    "Schmidhuber, Hochreiter and Bengio 2001",
    key="schmidhuber2001guessing",
    band=(2, 12),
    paper=6,
    quantity="mean trials of 100 runs, one value per hundred",
)
