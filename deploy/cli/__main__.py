"""``python -m deploy.cli``, for the processes that the supervisor starts."""

from deploy.cli import main

main()
