"""An independent deployment that keeps the contract, deliberate faults of it, and other correct habits."""
