"""Native libraries inside a render worker: thread counts and loaded networks.

Each network is loaded once per process, after its file was checked against the index
(``model_files``), with few threads and without busy waiting.
"""

from functools import cache
from typing import Any

import cv2
import ncnn
import numpy as np
import onnxruntime

from studio.engine.renderers.model_files import model_path
from studio.engine.renderers.worker import threads

onnxruntime.disable_telemetry_events()  # for Windows; elsewhere the package has said so before this was loaded

__all__ = ["Net", "prepare_opencv", "session", "session_at", "threads"]


@cache
def prepare_opencv() -> None:
    """Limit OpenCV's own threads; call it before the first OpenCV work of a process."""
    cv2.setNumThreads(threads())
    cv2.ocl.setUseOpenCL(False)


@cache
def session(name: str) -> onnxruntime.InferenceSession:
    """Return the ONNX network of the shipped model file *name*, ready to run on the CPU."""
    return session_at(str(model_path(name)))


@cache
def session_at(path: str) -> onnxruntime.InferenceSession:
    """Return the ONNX network at *path*, a file of an installed pack."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads()
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.add_session_config_entry("session.inter_op.allow_spinning", "0")
    options.enable_cpu_mem_arena = False  # picture sizes vary; an arena would keep the largest for ever
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


class Net:
    """An ncnn network with one input and one output picture."""

    def __init__(self, name: str, *, input_blob: str, output_blob: str) -> None:
        self._net = ncnn.Net()
        self._net.opt.use_vulkan_compute = False
        self._net.opt.num_threads = threads()
        self._net.opt.openmp_blocktime = 0
        self._net.load_param(str(model_path(f"{name}.param")))
        self._net.load_model(str(model_path(f"{name}.bin")))
        self._input, self._output = input_blob, output_blob

    def __call__(self, planes: Any) -> Any:
        """Run on float32 planes C×H×W and return float32 planes.

        Raises:
            RuntimeError: the network refused the input.
        """
        held = np.ascontiguousarray(planes, np.float32)  # ncnn borrows this memory until clone() has copied it
        with self._net.create_extractor() as extractor:
            extractor.input(self._input, ncnn.Mat(held).clone())
            status, out = extractor.extract(self._output)
            if status != 0:
                raise RuntimeError(f"the network refused its input (status {status})")
            return np.array(out)
