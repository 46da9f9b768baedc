"""
Which rows a window contains
============================

A recurrent network predicts each row from a window of earlier rows. The plots show
the windows of some rows, where a step is missing, and what ``horizon`` changes.
"""

# %%
# One step ahead
# --------------
# The plot shows the first months of a monthly series. With ``time_steps=4``, each
# window contains the four rows before the row to predict. Nothing is known before the
# first row, so the windows of the first rows are incomplete.
import matplotlib.pyplot as plt

from skseq import SequenceWindower
from skseq.datasets import load_electrical_equipment
from skseq.displays import WindowsDisplay

X = load_electrical_equipment().data
one_ahead = SequenceWindower(time_steps=4)
WindowsDisplay.from_estimator(one_ahead, X[:24])
plt.show()

# %%
# The window of May 1995 contains the turnover from January to April:
windows = one_ahead.fit_transform(X)
print(X.index[4].date(), windows[4, :, 0])

# %%
# Three months ahead
# ------------------
# With ``horizon=3``, a window ends three rows before the row to predict.
WindowsDisplay.from_estimator(SequenceWindower(time_steps=4, horizon=3), X[:24])
plt.show()

# %%
# A missing month
# ---------------
# June has no row. It is a missing step in the windows of the four rows after it, so
# ``fit`` leaves these rows out. No earlier row takes its place.
without_june = X[:24].drop(X.index[5])
WindowsDisplay.from_estimator(one_ahead, without_june)
plt.show()

# %%
# Test rows
# ---------
# A fitted windower stores the last rows of ``fit``. The window of the first test row
# therefore consists of training rows.
fitted = SequenceWindower(time_steps=4).fit(X[:12])
WindowsDisplay.from_estimator(fitted, X[12:20])
plt.show()
