"""The contenders of the event pipeline: raw AMQP, ours, plain nameko. Each role is a process of its own: `python -m`."""
