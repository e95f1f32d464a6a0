"""Printed documents: a document model, and its output as HTML and PDF, with flowcharts and QR codes."""
