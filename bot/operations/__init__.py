"""What every process needs: settings, encryption, clock, logging, log redaction, metrics."""
