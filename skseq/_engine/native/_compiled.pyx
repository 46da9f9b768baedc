# cython: language_level=3
"""The compiled kernel: see `kernels` for when it is used.

The work is done in C, in the folder `kernel`, without the lock of the interpreter. This
module checks the arrays before it passes on their addresses.
"""

from cpython.buffer cimport (
    PyBUF_C_CONTIGUOUS,
    PyBUF_STRIDES,
    PyBUF_WRITABLE,
    PyBuffer_Release,
    PyObject_GetBuffer,
)
from libc.stdlib cimport calloc, free
from scipy.linalg.cython_blas cimport dgemm, sgemm


VERSION = 2
"""Increased when the buffers or their order change, see `compiled_cells`."""

LEVELS = ("blas", "avx2", "avx512")[:count_levels()]
"""Levels of vector instructions that this processor has, the fastest last."""

cdef int level = len(LEVELS) - 1


def use_level(name):
    """Use a level of `LEVELS` from now on, for tests; return the previous level's name."""
    global level
    before = LEVELS[level]
    level = LEVELS.index(name)
    return before


KINDS = {"rnn": 0, "lstm": 1, "gru": 2}
"""CellKind of each cell."""

LOSS_NUMBERS = {"mse": 0, "mae": 1, "huber": 2}
"""Loss, in the kernel, of each name."""


cdef int check(bint fits, array) except -1:
    """Raise an error unless an array has the type and shape that the layer needs."""
    if not fits:
        raise ValueError(
            "The kernel cannot use an array of this dtype, shape or layout: "
            f"{array.dtype}, {array.shape}, strides {array.strides}."
        )
    return 0


cdef void *address(array, Py_ssize_t itemsize, Py_ssize_t size) except? NULL:
    """Return the address of the values of a contiguous array; NULL for None."""
    cdef Py_buffer buffer
    if array is None:
        return NULL
    PyObject_GetBuffer(array, &buffer, PyBUF_C_CONTIGUOUS | PyBUF_WRITABLE)
    cdef void *values = buffer.buf
    cdef bint fits = buffer.itemsize == itemsize and buffer.len >= size * itemsize
    PyBuffer_Release(&buffer)
    check(fits, array)
    return values


cdef class Buffers:
    """Addresses of arrays of one type, and the functions of the kernel for this type."""

    cdef list arrays
    cdef Py_ssize_t itemsize
    cdef const Functions *functions

    cdef use_type_of(self, array):
        self.itemsize = array.itemsize
        self.functions = find_functions(level, self.itemsize == 8)
        # Addresses are valid as long as the arrays live.
        self.arrays = []

    cdef void *keep(self, array, Py_ssize_t size) except? NULL:
        self.arrays.append(array)
        return address(array, self.itemsize, size)


cdef class Steps(Buffers):
    """The loop over the steps of one direction of one layer.

    Parameters
    ----------
    cell : skseq._engine.native.compiled_cells.CompiledCell
        Its buffers are used, and must not be replaced.
    """

    cdef Layer layer

    def __init__(self, cell):
        self.use_type_of(cell.operand)
        cdef Layer *layer = &self.layer
        layer.steps, layer.members, layer.groups, layer.rows, layer.windows = (
            cell.operand.shape
        )
        layer.kind = KINDS[cell.layer.cell]
        layer.units, layer.inputs = cell.units, cell.layer.n_inputs
        layer.blocks, layer.biases = len(cell.input_blocks), cell.n_biases
        layer.steps_per_product = cell.steps_per_product
        layer.gemm = <void *>dgemm if self.itemsize == 8 else <void *>sgemm
        cdef Py_ssize_t state = layer.units * layer.windows
        cdef Py_ssize_t states = layer.steps * layer.members * state
        layer.operand = self.keep(cell.operand, cell.operand.size)
        layer.a = self.keep(cell.a, layer.blocks * states)
        layer.states = self.keep(cell.states, states + layer.members * state)
        memory, tanh_c, d_c = cell.further_buffers()
        layer.memory = self.keep(memory, states)
        layer.tanh_c = self.keep(tanh_c, states)
        layer.d_h = self.keep(cell.d_h, layer.members * state)
        layer.d_c = self.keep(d_c, layer.members * state)
        layer.d_masked = self.keep(cell.d_masked, state)
        layer.beside = self.keep(cell.beside, cell.beside.size)
        layer.columns = cell.beside.shape[1]

    def forward(self, A, mask, int start, int stop):
        """Process the steps from start to stop."""
        cdef Layer *layer = &self.layer
        cdef Matrices weights = self.matrices(A)
        self.use_mask(mask)
        with nogil:
            self.functions.forward(layer, &weights, start, stop)

    def backward(self, A, mask, d_outputs, d_A, d_inputs, int start, int stop):
        """Go back over the steps from stop - 1 to start.

        The arguments are those of `Cell.backward`; its ``d_h`` passes from call to call.
        """
        cdef Layer *layer = &self.layer
        cdef Matrices weights = self.matrices(A)
        cdef Matrices d_weights = self.matrices(d_A)
        cdef Py_ssize_t size = <Py_ssize_t>layer.steps * layer.members * layer.inputs
        cdef void *out = address(d_inputs, self.itemsize, size * layer.windows)
        self.use_mask(mask)
        cdef OutputGradient gradient = self.output_gradient(d_outputs)
        with nogil:
            self.functions.backward(
                layer, &weights, &gradient, &d_weights, out, start, stop
            )

    cdef Matrices matrices(self, A) except *:
        """Describe an array of shape (n_members, n_blocks * units, n_rows)."""
        cdef Layer *layer = &self.layer
        cdef Matrices matrices
        cdef Py_buffer buffer
        PyObject_GetBuffer(A, &buffer, PyBUF_STRIDES | PyBUF_WRITABLE)
        cdef bint fits = (
            buffer.ndim == 3
            and buffer.itemsize == self.itemsize
            and buffer.shape[0] == layer.members
            and buffer.shape[1] == layer.blocks * layer.units
            and buffer.shape[2] == layer.rows
            and buffer.strides[2] == self.itemsize
            and buffer.strides[1] == layer.rows * self.itemsize
        )
        matrices.values = <char *>buffer.buf
        matrices.member_stride = buffer.strides[0]
        PyBuffer_Release(&buffer)
        check(fits, A)
        return matrices

    cdef OutputGradient output_gradient(self, d_outputs) except *:
        """Describe an array of shape (n_given, n_members, units, n_windows)."""
        cdef Layer *layer = &self.layer
        cdef OutputGradient gradient
        cdef Py_buffer buffer
        PyObject_GetBuffer(d_outputs, &buffer, PyBUF_STRIDES)
        cdef bint fits = (
            buffer.ndim == 4
            and buffer.itemsize == self.itemsize
            and buffer.shape[0] <= layer.steps
            and buffer.shape[1] == layer.members
            and buffer.shape[2] == layer.units
            and buffer.shape[3] == layer.windows
            # An axis of length 1 may have any stride.
            and (layer.windows == 1 or buffer.strides[3] == self.itemsize)
            and (
                layer.units == 1 or buffer.strides[2] == layer.windows * self.itemsize
            )
        )
        gradient.values = <const char *>buffer.buf
        gradient.step_stride = buffer.strides[0]
        gradient.member_stride = buffer.strides[1]
        gradient.first = layer.steps - <int>buffer.shape[0]
        PyBuffer_Release(&buffer)
        check(fits, d_outputs)
        return gradient

    cdef use_mask(self, mask):
        cdef Layer *layer = &self.layer
        cdef Py_ssize_t size = <Py_ssize_t>layer.members * layer.groups * layer.units
        layer.mask = address(mask, self.itemsize, size * layer.windows)


cdef class Passes(Buffers):
    """The forward and the backward pass of a network, in one call each.

    Parameters
    ----------
    network : skseq._engine.native.network.Network
        Its buffers and those of its compiled cells are used, and must not be replaced.
    """

    cdef Network network
    cdef list cells
    cdef Py_ssize_t n_parameters

    def __init__(self, network):
        cdef Network *n = &self.network
        self.use_type_of(network.inputs)
        n.steps, n.members, _, n.windows = network.inputs.shape
        n.inputs = self.keep(network.inputs, network.inputs.size)
        n.n_layers, n.n_dense = len(network.layers), len(network.dense)
        n.layers = <RecurrentLayer *>calloc(n.n_layers, sizeof(RecurrentLayer))
        n.dense = <DenseLayer *>calloc(n.n_dense, sizeof(DenseLayer))
        if n.layers == NULL or n.dense == NULL:
            raise MemoryError
        self.cells = [cell for cells in network.layers for cell in cells]
        for number, cells in enumerate(network.layers):
            self.add_layer(&n.layers[number], cells)
        for number, dense in enumerate(network.dense):
            self.add_dense(&n.dense[number], dense)

    def __dealloc__(self):
        free(self.network.layers)
        free(self.network.dense)

    cdef add_layer(self, RecurrentLayer *layer, cells):
        cdef Steps steps
        layer.directions = len(cells)
        for place, cell in enumerate(cells):
            steps = cell.kernel
            layer.cells[place] = &steps.layer
            # In the order of `Parameters`.
            layer.A[place] = self.n_parameters
            self.n_parameters += (
                <Py_ssize_t>steps.layer.blocks * steps.layer.units * steps.layer.rows
            )

    cdef add_dense(self, DenseLayer *dense, layer):
        members, n_rows, n_windows = layer.operand.shape
        dense.inputs, dense.outputs = n_rows - 1, layer.outputs.shape[1]
        dense.operand = self.keep(layer.operand, members * n_rows * n_windows)
        dense.values = self.keep(layer.outputs, members * dense.outputs * n_windows)
        dense.A = self.n_parameters
        self.n_parameters += <Py_ssize_t>n_rows * dense.outputs

    def use_gradient_buffers(self, d_values, beside):
        """Use three buffers for gradients, and one for a transposed operand."""
        cdef Network *n = &self.network
        for number, buffer in enumerate(d_values):
            n.d_values[number] = self.keep(buffer, buffer.size)
        n.beside = self.keep(beside, beside.size)
        n.columns = beside.shape[1]

    def forward(self, parameters, masks):
        """Compute the outputs of the last dense layer from the inputs.

        Parameters
        ----------
        parameters : ndarray of shape (n_members, n_parameters)
        masks : list of ndarray or None
            Dropout mask after each recurrent layer.
        """
        cdef Parameters weights = self.vectors(parameters)
        self.use_masks(masks)
        with nogil:
            self.functions.network_forward(&self.network, &weights)

    cdef use_masks(self, masks):
        cdef Network *n = &self.network
        cdef const Layer *cell
        cdef Py_ssize_t size
        cdef Steps steps
        for number, mask in enumerate(masks):
            cell = n.layers[number].cells[0]
            size = <Py_ssize_t>n.layers[number].directions * cell.units * n.windows
            size *= n.members * (n.steps if number < n.n_layers - 1 else 1)
            n.layers[number].mask = address(mask, self.itemsize, size)
        for cell_ in self.cells:
            steps = cell_.kernel
            steps.use_mask(cell_.mask)

    def backward(self, parameters, gradient, d_inputs):
        """Compute gradients from that of the outputs, which is in the first buffer.

        Parameters
        ----------
        parameters, gradient : ndarray of shape (n_members, n_parameters)
            The gradient is overwritten.
        d_inputs : ndarray of shape (n_steps, n_members, n_inputs, n_windows) or None
            Overwritten with the gradient of the inputs.
        """
        cdef Network *n = &self.network
        cdef Parameters weights = self.vectors(parameters)
        cdef Parameters d_weights = self.vectors(gradient)
        cdef Py_ssize_t size = n.layers.cells[0].inputs
        cdef void *out = address(
            d_inputs, self.itemsize, size * n.steps * n.members * n.windows
        )
        with nogil:
            self.functions.network_backward(n, &weights, &d_weights, out)

    def compute_gradient(
        self, parameters, gradient, masks, int loss, int n_windows, targets, weights,
        scale, base, losses,
    ):
        """Compute the loss of the inputs and its gradient, in one call.

        Parameters
        ----------
        parameters, gradient, masks
            As above.
        loss : int
            One of `LOSS_NUMBERS`.
        n_windows : int
            Number of windows in the whole batch.
        targets : ndarray of shape (n_members, n_outputs, n_windows)
        weights : ndarray of shape (n_members, n_windows)
        scale, base : ndarray of shape (n_members, n_outputs, n_windows) or None
        losses : ndarray of shape (n_members,)
            Overwritten.
        """
        cdef Network *n = &self.network
        cdef Parameters theta = self.vectors(parameters)
        cdef Parameters d_theta = self.vectors(gradient)
        cdef Py_ssize_t n_weights = <Py_ssize_t>n.members * n.windows
        cdef Py_ssize_t size = n_weights * n.dense[n.n_dense - 1].outputs
        cdef Batch batch
        batch.loss, batch.windows = loss, n_windows
        batch.targets = address(targets, self.itemsize, size)
        batch.weights = address(weights, self.itemsize, n_weights)
        batch.scale = address(scale, self.itemsize, size)
        batch.base = address(base, self.itemsize, size)
        batch.losses = address(losses, self.itemsize, n.members)
        self.use_masks(masks)
        with nogil:
            self.functions.network_gradient(n, &theta, &d_theta, &batch)

    cdef Parameters vectors(self, flat) except *:
        cdef Parameters vectors
        check(flat.shape == (self.network.members, self.n_parameters), flat)
        vectors.values = <char *>address(flat, self.itemsize, flat.size)
        vectors.member_stride = self.n_parameters * self.itemsize
        return vectors


def apply_tanh(values):
    """Replace the values of a contiguous array with their tanh."""
    cdef const Functions *functions = find_functions(level, values.itemsize == 8)
    cdef Py_ssize_t n = values.size
    functions.tanh_each(n, address(values, values.itemsize, n))


def apply_sigmoid(values):
    """Replace the values of a contiguous array with their sigmoid."""
    cdef const Functions *functions = find_functions(level, values.itemsize == 8)
    cdef Py_ssize_t n = values.size
    functions.sigmoid_each(n, address(values, values.itemsize, n))


def apply_adam(
    theta, gradient, m, v, double beta_1, double beta_2, double factor, double epsilon,
    double decay,
):
    """Update weights and moments, contiguous arrays of one size, as `Adam` does.

    Parameters
    ----------
    theta, gradient, m, v : ndarray
        All but the gradient change in place.
    beta_1, beta_2, factor, epsilon : float
    decay : float
        Part of the weights that is subtracted before the update.
    """
    cdef Py_ssize_t itemsize = theta.itemsize, n = theta.size
    cdef const Functions *functions = find_functions(level, itemsize == 8)
    cdef void *weights = address(theta, itemsize, n)
    cdef void *g = address(gradient, itemsize, n)
    cdef void *moment = address(m, itemsize, n)
    cdef void *second_moment = address(v, itemsize, n)
    with nogil:
        functions.adam(
            n, weights, g, moment, second_moment, beta_1, beta_2, factor, epsilon,
            decay,
        )
