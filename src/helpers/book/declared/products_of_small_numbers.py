"""The claims of chapter 1: products of small numbers."""

from helpers.book.claims import Claim

SINGULAR = "The mean singular value of the layer Jacobians of a 5×1000 tanh net is about"
WHERE = "Glorot and Bengio 2010, section 4.2.2"

straight = Claim(
    "log-linear",
    "The log of the error signal in a 10-layer logistic net is linear in depth.",
    "after Hochreiter 1991, who shows it for time steps",
    key="hochreiter1991",
    band=(0.98, None),
    quantity="R² of a straight line",
)
standard = Claim(
    "glorot-standard",
    f"{SINGULAR} 0.5 with the standard initialization.",
    WHERE,
    key="glorot2010",
    band=(0.4, 0.6),
    paper=0.5,
    quantity="mean singular value",
)
normalized = Claim(
    "glorot-normalized",
    f"{SINGULAR} 0.8 with the normalized initialization.",
    WHERE,
    key="glorot2010",
    band=(0.7, 0.9),
    paper=0.8,
    quantity="mean singular value",
)
idle = Claim(
    "early-layers-idle",
    "In a 10-layer logistic net the first layer's relative weight change stays below a hundredth "
    "of the last layer's, in every epoch.",
    "after Glorot and Bengio 2010, whose logistic nets hardly learn",
    key="glorot2010",
    band=(None, 0.01),
    quantity="largest ratio, first layer to last",
)
GROWS = "With twice the critical gain the error signal grows toward the input: 10 layers,"
CHAOTIC = "after Schoenholz et al. 2017: in the chaotic phase gradients explode"
RATIO = "error signal, first layer to last hidden one"

growing_relu = Claim(
    "double-critical-relu",
    f"{GROWS} ReLU.",
    CHAOTIC,
    key="schoenholz2017",
    band=(1.0, None),
    quantity=RATIO,
)
growing_tanh = Claim(
    "double-critical-tanh",
    f"{GROWS} tanh.",
    CHAOTIC,
    key="schoenholz2017",
    band=(1.0, None),
    quantity=RATIO,
)
