"""Models that cross a boundary: requests, facts, steps, policy, gateway contracts, workflow messages. No behaviour."""
