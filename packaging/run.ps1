# Starts the studio on a fresh Windows machine: makes .venv, installs what is missing, opens the window.
$ErrorActionPreference = "Stop"
Set-Location (Join-Path $PSScriptRoot "..")
. (Join-Path $PSScriptRoot "environment.ps1")
Initialize-StudioEnvironment ""
& .venv\Scripts\studio.exe @args
exit $LASTEXITCODE
