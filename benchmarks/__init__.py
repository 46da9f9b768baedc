"""How long things take, and how much memory: skseq beside other ways to do the same.

``make bench`` runs everything and writes the tables of the user guide.

- ``workloads``: what is measured, one file each.
- ``contenders``: who does it, one file a library, all with the same three methods.
- ``process``: one workload and one contender in a fresh process.
- ``rounds``: the order of the processes, and the results that are saved.
- ``tables`` and ``picture``: medians and ratios, for people.

What runs in a measured process before the clock starts is in ``process``, ``clocks``
and ``workloads/imports.py``; these import the standard library only.
"""
