"""Forecasts of many series: one model for all series of a group, or one for each.

``make bench-many`` runs everything and writes the tables of the user guide.

- ``groups``: series of one frequency, and which of their values are forecast.
- ``contenders``: what is compared, one file for each library; none is tuned.
- ``windows``: windows that are cut without skseq.
- ``process``: one contender and one group in a fresh process.
- ``scores``: errors of forecasts, and what their intervals contain.
- ``measuring``: the order of the processes, and the results that are saved.
- ``tables``: means over seeds, for the user guide.
"""
