"""Evidence: what the files of a submission show, beside what its claim says."""
