"""What a forecaster needs to know of the steps of a pipeline."""
