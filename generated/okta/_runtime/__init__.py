"""What every client made by clientcast shares. Not part of the client's interface."""
