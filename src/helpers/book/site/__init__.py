"""Sphinx extensions that turn the notebooks into the site."""
