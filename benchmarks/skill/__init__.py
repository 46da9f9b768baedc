"""Accuracy of forecasts: skseq with default parameters, naive forecasts and others.

``make bench-skill`` runs everything and writes the tables of the user guide.

- ``series``: real series, and which of their rows are forecast.
- ``smoothing`` and ``contenders``: the forecasts; none is tuned.
- ``measuring``: which contenders forecast which series, and the saved results.
- ``tables``: errors as multiples of the error of the best naive forecast.
"""
