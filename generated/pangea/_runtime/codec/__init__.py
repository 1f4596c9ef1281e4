"""Conversion between Python values and what is sent: JSON, models, parameter styles."""
