"""How sparse a trained network can get in one shot: predicted, measured, shown."""
