"""Everything that makes pixels, samples and models on this computer.

Importing the package keeps ONNX Runtime quiet, which must happen before it is loaded: its builds for Linux and macOS
write a device id and send events to their maker otherwise, and nothing leaves this machine.
"""

import os

os.environ["ORT_DISABLE_TELEMETRY"] = "1"
