"""How long things take, each beside the plain way of doing them."""
