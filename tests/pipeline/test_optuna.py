"""Optuna prunes a training between two epochs, and searches a Pipeline."""

import numpy as np
import pytest
from pipelines import make_pipe
from sklearn.model_selection import TimeSeriesSplit, cross_val_score

optuna = pytest.importorskip("optuna")


class PruneByEpoch:
    """Reports the loss of each epoch to a trial."""

    def __init__(self, trial):
        self.trial = trial

    def setup(self, estimator, context):
        pass

    teardown = on_fit_task_begin = setup

    def on_fit_task_end(self, estimator, context, *, fitted_estimator=None):
        if context.task_name == "epoch":
            losses = fitted_estimator.history_["val_loss"]
            self.trial.report(losses[-1], step=len(losses))
            if self.trial.should_prune():
                raise optuna.TrialPruned


class PruneAfter(optuna.pruners.BasePruner):
    """Prunes every trial except the first after an epoch."""

    def __init__(self, epoch):
        self.epoch = epoch

    def prune(self, study, trial):
        return trial.number > 0 and trial.last_step >= self.epoch


def test_trials_are_pruned_between_epochs(frames):
    def objective(trial):
        pipe = make_pipe(epochs=5, early_stopping=True)
        pipe["rnn"].set_callbacks(PruneByEpoch(trial))
        pipe.fit(frames.X_train, frames.y_train)
        pipes.append(pipe)
        return min(pipe["rnn"].history_["val_loss"])

    pipes = []
    study = optuna.create_study(pruner=PruneAfter(epoch=2))
    study.optimize(objective, n_trials=3)
    losses = [list(t.intermediate_values.values()) for t in study.trials]
    assert [len(each) for each in losses] == [5, 2, 2]
    assert losses[0] == pipes[0]["rnn"].history_["val_loss"]
    assert losses[1] == losses[2] == losses[0][:2]
    assert len(pipes) == 1


# Until OptunaSearchCV is stable, and uses no module that is deprecated.
@pytest.mark.filterwarnings("ignore:OptunaSearchCV is experimental")
@pytest.mark.filterwarnings("ignore:`optuna.terminator`:FutureWarning")
def test_a_search_scores_each_candidate_as_cross_validation_does(frames):
    integration = pytest.importorskip("optuna_integration")
    units = optuna.distributions.IntDistribution(1, 4)
    cv, scoring = TimeSeriesSplit(2), "neg_mean_absolute_error"
    search = integration.OptunaSearchCV(
        make_pipe(),
        {"rnn__units": units},
        cv=cv,
        scoring=scoring,
        n_trials=3,
        random_state=0,
    )
    search.fit(frames.X, frames.y)
    for trial in search.trials_:
        pipe = make_pipe().set_params(rnn__units=trial.params["rnn__units"])
        scores = cross_val_score(pipe, frames.X, frames.y, cv=cv, scoring=scoring)
        assert trial.value == pytest.approx(scores.mean(), rel=1e-12)
    best = make_pipe().set_params(**search.best_params_).fit(frames.X, frames.y)
    np.testing.assert_array_equal(search.predict(frames.X), best.predict(frames.X))
