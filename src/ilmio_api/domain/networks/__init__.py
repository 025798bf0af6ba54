"""Networks: who gathers around a phenomenon."""
