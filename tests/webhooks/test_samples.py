"""The samples of docs/webhooks.md tell a genuine delivery from any other, in each language that is here."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from docs.tables import ROOT

from net30.webhooks.rules import signature

PAGE = (ROOT / "docs" / "webhooks.md").read_text()
BODY = '{"metadata":{"eventType":"bill.created"},"bill":{"description":"Müsic"}}'
KEY = "a key of the samples"

# What runs a sample: the command, the file it is in, and what stands around it. It prints a line for each try.
RUNS = {
    "python": (
        "python3",
        "sample.py",
        "{sample}\nfor s in {signatures}:\n    print(is_genuine({body}.encode(), s, {key}))",
    ),
    "javascript": (
        "node",
        "sample.js",
        "{sample}\nfor (const s of {signatures}) console.log(isGenuine(Buffer.from({body}), s, {key}));",
    ),
    "ruby": ("ruby", "sample.rb", "{sample}\n{signatures}.each {{ |s| puts genuine?({body}, s, {key}) }}"),
    "java": (
        "java",
        "Main.java",
        "{imports}\npublic class Main {{ public static void main(String[] a) throws Exception {{\n"
        "for (String s : new String[] {{{listed}}})"
        ' System.out.println(Webhook.isGenuine({body}.getBytes("UTF-8"), s, {key}));'
        "}} }}\n{classes}",
    ),
    "php": (
        "php",
        "sample.php",
        '<?php\n{sample}\nforeach ({signatures} as $s) echo var_export(isGenuine({body}, $s, {key}), true), "\\n";',
    ),
    "go": (
        "go run",
        "sample.go",
        'package main\nimport "fmt"\n{sample}\nfunc main() {{ for _, s := range []string{{{listed}}} '
        "{{ fmt.Println(isGenuine([]byte({body}), s, {key})) }} }}",
    ),
}


def sample(language: str) -> str:
    (found,) = re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    return str(found)


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


@pytest.mark.parametrize("language", RUNS)
def test_a_sample_knows_a_genuine_delivery(language: str, tmp_path: Path) -> None:
    command, name, around = RUNS[language]
    if shutil.which(command.split()[0]) is None:
        pytest.skip(f"this machine has no {command}")
    good = signature(BODY.encode(), KEY)
    tries = [good, signature(b"{}", KEY), signature(BODY.encode(), "another key")]
    code = sample(language)
    imports, _, classes = code.rpartition("import ")
    last, _, classes = classes.partition("\n")
    (tmp_path / name).write_text(
        around.format(
            sample=code,
            imports=f"{imports}import {last}",
            classes=classes,
            signatures="[" + ", ".join(map(quoted, tries)) + "]",
            listed=", ".join(map(quoted, tries)),
            body=quoted(BODY),
            key=quoted(KEY),
        )
    )
    done = subprocess.run([*command.split(), name], cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stdout.lower().split() == ["true", "false", "false"]


def test_every_language_of_the_page_is_run_where_it_can_be() -> None:
    shown = set(re.findall(r"^```(\w+)$", PAGE, re.MULTILINE)) - {"bash"}
    # Neither this project's machines nor Debian have a compiler of it.
    assert shown - {"csharp"} == RUNS.keys()
