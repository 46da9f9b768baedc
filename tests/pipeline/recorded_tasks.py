"""A callback that records the tree of tasks, as ProgressBar draws it."""


class RecordedTasks:
    """Records each task and its number of subtasks; also follows nested estimators."""

    def __init__(self, max_propagation_depth=None):
        self.max_propagation_depth = max_propagation_depth
        self.n_setups = self.n_teardowns = 0
        self.begun, self.ended = [], []

    def setup(self, estimator, context):
        self.n_setups += 1

    def teardown(self, estimator, context):
        self.n_teardowns += 1

    def on_fit_task_begin(self, estimator, context):
        self.begun.append((path_of(context), context.max_subtasks))

    def on_fit_task_end(self, estimator, context):
        self.ended.append(path_of(context))

    def lines(self):
        """List the tasks that ProgressBar draws a line for: those with subtasks."""
        return [path[-1] for path, n_subtasks in self.begun if n_subtasks]

    def n_subtasks(self, name):
        """Return the number of subtasks that were announced for a task."""
        return dict((path[-1], n) for path, n in self.begun)[name]

    def n_epochs(self, *parents):
        """Count the epochs of a task that ended."""
        return sum(
            path[-1].endswith("epoch") and path[-1 - len(parents) : -1] == parents
            for path in self.ended
        )


def path_of(context):
    """Name the tasks from the root to a task."""
    name = f"{context.estimator_name} - {context.task_name}"
    return ((*path_of(context.parent), name)) if context.parent else (name,)
