r"""The gradient of a prediction through the normalization of its window.

Training needs no gradient with respect to windows, because windows are data. The
gradient of a prediction with respect to its window needs it: each step changes the mean
and the deviation of the window, and so all its normalized steps, and what the output is
multiplied by and added to. With :math:`\partial x` short for the gradient with respect
to :math:`x`, the equations of `normalization` give

.. math::
    \partial x_t &= \frac{\partial z_t}{\sigma} + \frac{\partial \mu}{T}
                    + \frac{z_t}{T} \partial \sigma, \qquad
    \frac{\partial \sigma}{\partial x_t} = \frac{x_t - \mu}{T \sigma} = \frac{z_t}{T} \\
    \partial \mu &= - \sum_t \frac{\partial z_t}{\sigma}, \qquad
    \partial \sigma = - \sum_t \frac{\partial z_t \, z_t}{\sigma}
                      + s \, \partial \mathrm{scale}

and the anchor, a step or the mean, gets :math:`s \, \partial \mathrm{base}`.
"""

import numpy as np


def normalization_gradient(
    normalization, windows, d_values, d_scale, d_base, d_statistics=None
):
    """Return the gradient with respect to windows, from that of `Normalizer`'s results.

    Parameters
    ----------
    normalization : Normalization
    windows : ndarray of shape (n_windows, time_steps, n_features)
    d_values : ndarray of shape (n_windows, time_steps, n_features)
        Gradient with respect to the normalized windows.
    d_scale, d_base : ndarray of shape (n_outputs, n_windows)
    d_statistics : ndarray of shape (n_windows, n_statistics), default=None
        The same for the statistics that networks read; None if they are not read.

    Returns
    -------
    gradient : ndarray of float64 of shape (n_windows, time_steps, n_features)
    """
    windows = windows.astype(np.float64, copy=False)
    time_steps = windows.shape[1]
    is_standardized = np.array([floor is not None for floor in normalization.floors])
    floors = np.array([floor or 0.0 for floor in normalization.floors])
    centred = windows - windows.mean(axis=1, keepdims=True)
    variance = np.square(centred).mean(axis=1) + floors
    # A feature that is not standardized has mean 0 and deviation 1, whatever its steps.
    deviation = np.sqrt(np.where(is_standardized, variance, 1.0))
    normalized = centred / deviation[:, np.newaxis]
    gradient = d_values / deviation[:, np.newaxis]
    d_mean = -gradient.sum(axis=1)
    d_deviation = -(gradient * normalized).sum(axis=1)
    d_mean[:, ~is_standardized] = 0
    for output, anchor in enumerate(normalization.anchors):
        if anchor is None:
            continue
        d_deviation[:, anchor.feature] += anchor.slope * d_scale[output]
        d_past = anchor.slope * d_base[output]
        if anchor.step is not None:
            gradient[:, anchor.step, anchor.feature] += d_past
        else:
            d_mean[:, anchor.feature] += d_past
    d_deviation[:, ~is_standardized] = 0
    gradient += (d_mean[:, np.newaxis] + normalized * d_deviation[:, np.newaxis]) / (
        time_steps
    )
    if d_statistics is not None and normalization.statistics is not None:
        features = list(normalization.statistics.features)
        gradient[:, :, features] += statistics_gradient(
            windows[:, :, features],
            floors[features],
            d_statistics / normalization.statistics.deviations,
        )
    return gradient


def statistics_gradient(windows, floors, d_statistics):
    """Return the gradient with respect to windows, from that of their statistics.

    Parameters
    ----------
    windows : ndarray of float64 of shape (n_windows, time_steps, n_features)
    floors : ndarray of shape (n_features,)
    d_statistics : ndarray of shape (n_windows, 2 * n_features)

    Returns
    -------
    gradient : ndarray of float64 of shape (n_windows, time_steps, n_features)
    """
    time_steps = windows.shape[1]
    centred = windows - windows.mean(axis=1, keepdims=True)
    variances = np.square(centred).mean(axis=1) + floors
    changes = np.diff(windows, axis=1)
    steps = np.abs(changes).mean(axis=1)
    d_deviation, d_step = np.split(d_statistics, 2, axis=1)
    # The second statistic is log step - log deviation.
    d_variance = (d_deviation - d_step) / (2 * variances)
    gradient = 2 * centred / time_steps * d_variance[:, np.newaxis]
    d_steps = d_step * steps / (np.square(steps) + floors)
    d_changes = np.sign(changes) * d_steps[:, np.newaxis] / (time_steps - 1)
    gradient[:, 1:] += d_changes
    gradient[:, :-1] -= d_changes
    return gradient
