"""Registration of the Keras classes of skseq, under their public module."""


def register(cls):
    """Register a class with Keras, under the public module that has to be imported."""
    import keras

    # Saved models contain the name of the module, and so does Keras' error without it.
    cls.__module__ = "skseq.layers"
    # When SciKeras pickles a model, it registers its class anew without a package.
    package = "" if issubclass(cls, keras.Model) else "skseq"
    return keras.saving.register_keras_serializable(package)(cls)
