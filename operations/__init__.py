"""What operators and deployments do, behind `worker.py` and `starter.py`: connect, run, start, import, recover, verify."""
