"""The command `wengang model backtest`, on generated and on real panels."""
