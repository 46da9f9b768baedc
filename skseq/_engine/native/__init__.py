"""The native engine: backpropagation through time in NumPy, by hand.

It trains what `skseq._architecture.Architecture` describes, with the optimizers and
losses that have a place in its tables, and means the same as the Keras engine by every
number. Read on in the order of the data: `cells` (one layer over one window),
`network` (layers, dropout, head), `losses`, `optimizers`, `train` (epochs and steps).

All arrays are feature-major: (features, time steps, windows). A product with a weight
matrix then reads windows as its columns, and one step's columns lie side by side.
"""
