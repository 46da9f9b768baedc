"""Speed and memory of skseq, compared with other packages.

``make bench`` runs everything and writes the tables of the user guide.

- ``workloads``: what is measured, one file for each workload.
- ``contenders``: the packages that are compared, one file each, with the same methods.
- ``process``: one workload and one contender in a fresh process.
- ``rounds``: the order of the processes, and the results that are saved.
- ``tables`` and ``picture``: medians and ratios, for the user guide.

In a measured process, ``process``, ``clocks`` and ``workloads/imports.py`` run before
the clock starts. They import only the standard library, so that imports can be timed.
"""
