"""Judges whether a deployment keeps the contract in ``openapi.yaml``, rule by rule, with proof."""
