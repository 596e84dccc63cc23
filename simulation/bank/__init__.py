"""The simulated bank: the systems outside, over real HTTP, with a control plane for tests and the demo."""
