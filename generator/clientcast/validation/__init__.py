"""Validation by openapi-spec-validator: the program of a child process of `check`.

`acceptance` accepts what jsonschema-rs and a walk over plain data find in order. The validator is
imported and asked (`findings`) about what is left, or about the whole document.
"""
