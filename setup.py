"""The compiled kernel of the native engine. All else is in pyproject.toml."""

from glob import glob

from setuptools import Extension, setup

NATIVE = "skseq/_engine/native"

setup(
    ext_modules=[
        Extension(
            "skseq._engine.native._compiled",
            [f"{NATIVE}/_compiled.pyx"],
            depends=[f"{NATIVE}/_compiled.pxd", *glob(f"{NATIVE}/kernel/*.h")],
            include_dirs=[NATIVE],
            # -O3 turns loops into vector instructions; the others allow that for roots
            # and comparisons. Compilers that do not know an option ignore it.
            extra_compile_args=["-O3", "-fno-math-errno", "-fno-trapping-math"],
            # Without a compiler, skseq is installed without the kernel.
            optional=True,
        )
    ]
)
