"""What a forecaster needs to know about the steps of a pipeline."""
