"""Parameters of the steps of a pipeline, and how it is displayed."""

import pytest
from pipelines import assert_same_weights, make_pipe
from sklearn.base import clone
from sklearn.utils import estimator_html_repr

from skseq import TargetAwareMinMaxScaler


def test_html_shows_every_step(frames):
    pipe = make_pipe()
    unfitted = estimator_html_repr(pipe)
    pipe.fit(frames.X_train, frames.y_train)
    fitted = estimator_html_repr(pipe)
    for name in ("TargetAwareMinMaxScaler", "SequenceWindower", "LSTMRegressor"):
        assert name in unfitted
        assert name in fitted
    assert unfitted != fitted


def test_parameters_are_reached_through_the_steps():
    pipe = make_pipe(target_scaler=TargetAwareMinMaxScaler())
    changes = {
        "scale__clip": True,
        "window__time_steps": 9,
        "rnn__units": (4, 2),
        "rnn__target_scaler__feature_range": (-1, 1),
    }
    pipe.set_params(**changes)
    params = pipe.get_params()
    assert {name: params[name] for name in changes} == changes
    assert clone(pipe).get_params()["rnn__target_scaler__feature_range"] == (-1, 1)
    assert repr(pipe).count("time_steps=9") == 1


@pytest.mark.parametrize(
    ("optimizer", "loss"), [("Adam", "MSE"), ("RMSprop", "Huber"), ("SGD", "Mae")]
)
def test_names_in_any_case_train_with_the_native_engine(frames, optimizer, loss):
    names = [(optimizer, loss), (optimizer.lower(), loss.lower())]
    one, two = (
        make_pipe(engine="auto", optimizer=o, loss=lo).fit(
            frames.X_train, frames.y_train
        )
        for o, lo in names
    )
    assert one["rnn"].engine_ == "native"
    assert_same_weights(one, two)


@pytest.mark.parametrize("name", ["rnn__unit", "window__steps", "scale__target"])
def test_misspelled_parameters_raise(name):
    with pytest.raises(ValueError, match=r"Invalid parameter .* Valid parameters are"):
        make_pipe().set_params(**{name: 1})
