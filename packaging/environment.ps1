# Sourced by run.ps1 and test.ps1: creates .venv (once for each state of pyproject.toml) and installs the app.
function Initialize-StudioEnvironment([string] $extras) {
    $stamp = ".venv\.studio-$extras"
    $key = (Get-FileHash pyproject.toml).Hash + (Get-Location).Path
    if ((Test-Path $stamp) -and ((Get-Content $stamp -Raw).Trim() -eq $key)) { return }
    if (-not (Test-Path ".venv\Scripts\python.exe")) {
        if (Get-Command py -ErrorAction SilentlyContinue) { & py -3 -m venv .venv } else { & python -m venv .venv }
        if ($LASTEXITCODE -ne 0) { throw "Python 3.11 or newer is needed." }
    }
    Write-Host "Installing the studio into .venv (once)..."
    $target = if ($extras) { ".[$extras]" } else { "." }
    & .venv\Scripts\python.exe -m pip install --quiet --disable-pip-version-check -e $target
    if ($LASTEXITCODE -ne 0) { throw "The installation failed." }
    Set-Content $stamp $key
}
