"""Makes the pages of the documentation from the contract, the verifier, the mock and the prose."""
