"""The shadow audit: what another system's exports say of the rules, of payments, and of promises. Sends nothing."""
