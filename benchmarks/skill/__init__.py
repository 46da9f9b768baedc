"""How well things forecast: skseq as it comes, beside naive rules and others.

``make bench-skill`` runs everything and writes the tables of the user guide.

- ``series``: real series, and which of their rows are forecast.
- ``smoothing`` and ``contenders``: who forecasts them; nobody is tuned.
- ``measuring``: who forecasts what, and what is kept of it.
- ``tables``: errors as multiples of the best naive rule's, for people.
"""
