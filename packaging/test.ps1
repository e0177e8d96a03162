# Runs the whole test suite on a fresh Windows machine: style, types, tests, benchmark smoke.
$ErrorActionPreference = "Stop"
Set-Location (Join-Path $PSScriptRoot "..")
. (Join-Path $PSScriptRoot "environment.ps1")
Initialize-StudioEnvironment "test,dev"
$env:QT_QPA_PLATFORM = "offscreen"
$python = ".venv\Scripts\python.exe"
function Invoke-Step([string] $name, [string[]] $arguments) {
    Write-Output "== $name"
    & $python @arguments
    if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }
}
if ($args.Count -gt 0) { & $python -m pytest @args; exit $LASTEXITCODE }
Invoke-Step "style" @("-m", "ruff", "check", ".")
Invoke-Step "format" @("-m", "ruff", "format", "--check", ".")
Invoke-Step "types" @("-m", "mypy")
Invoke-Step "benchmark smoke" @("-m", "tests.benchmarks", "--smoke")
Invoke-Step "tests" @("-m", "pytest", "-q", "-m", "not display")
