"""The whole life of a model through the vendor's own client for Python, by the environment alone.

One word says which: openai, azure-v1 or azure-dated. Prints what it saw as JSON.
"""

import base64
import json
import os
import sys
import time
import urllib.request

import openai

MODE = sys.argv[1]
IS_AZURE = MODE != "openai"
BASE_MODEL = "gpt-4.1-mini-2025-04-14"
MESSAGES = [{"role": "user", "content": "What is twice 3?"}]
ROWS = "".join(
    json.dumps(
        {
            "messages": [
                {"role": "user", "content": f"What is twice {index}?"},
                {"role": "assistant", "content": str(2 * index)},
            ]
        }
    )
    + "\n"
    for index in range(12)
).encode()


def make_client():
    if MODE == "openai":
        return openai.OpenAI()
    if MODE == "azure-v1":
        return openai.OpenAI(
            base_url=os.environ["AZURE_OPENAI_ENDPOINT"] + "/openai/v1/",
            api_key=os.environ["AZURE_OPENAI_API_KEY"],
        )
    return openai.AzureOpenAI()


CLIENT = make_client()
JOBS = CLIENT.fine_tuning.jobs


def stage():
    """In one request where there are no uploads, else in parts."""
    if MODE == "azure-v1":
        return CLIENT.files.create(file=("rows.jsonl", ROWS), purpose="fine-tune").id
    upload = CLIENT.uploads.create(
        bytes=len(ROWS), filename="rows.jsonl", mime_type="application/jsonl", purpose="fine-tune"
    )
    parts = [
        CLIENT.uploads.parts.create(upload.id, data=ROWS[start : start + 500]).id
        for start in range(0, len(ROWS), 500)
    ]
    return CLIENT.uploads.complete(upload.id, part_ids=parts).file.id


def processed(file):
    while True:
        seen = CLIENT.files.retrieve(file)
        if seen.status in ("processed", "error"):
            return seen
        time.sleep(0.02)


def create(file, hyperparameters):
    if IS_AZURE:
        how = {"hyperparameters": hyperparameters, "extra_body": {"trainingType": "Standard"}}
    else:
        how = {
            "method": {"type": "supervised", "supervised": {"hyperparameters": hyperparameters}},
            "metadata": {"trial": "clients"},
        }
    return JOBS.create(model=BASE_MODEL, training_file=file, suffix="twice", **how).id


def ended(job):
    while True:
        seen = JOBS.retrieve(job)
        if seen.status in ("succeeded", "failed", "cancelled"):
            return seen
        time.sleep(0.02)


def result_table(job):
    """OpenAI encodes it, Azure does not."""
    text = CLIENT.files.content(job.result_files[0]).text
    plain = text if text.startswith("step,") else base64.b64decode(text).decode()
    return ",".join(plain.split("\n")[0].split(",")[:2])


def stop_on_the_way(file):
    """Pauses a job that trains, goes on with it and cancels it."""
    job = create(file, {"n_epochs": 50, "batch_size": 1})
    while True:
        newest = JOBS.list_events(job, limit=1).data
        if newest and newest[0].type == "metrics":
            break
        time.sleep(0.02)
    JOBS.pause(job)
    while JOBS.retrieve(job).status != "paused":
        time.sleep(0.02)
    JOBS.resume(job)
    JOBS.cancel(job)
    return ["paused", ended(job).status]


def deploy(model):
    """By Azure Resource Manager, with plain requests."""
    env = os.environ
    address = (
        f"{env['ANYTUNE_AZURE_RESOURCE_MANAGER']}/subscriptions/{env['AZURE_SUBSCRIPTION_ID']}"
        f"/resourceGroups/{env['ANYTUNE_AZURE_RESOURCE_GROUP']}/providers/Microsoft.CognitiveServices"
        f"/accounts/{env['ANYTUNE_AZURE_ACCOUNT']}/deployments/{MODE}?api-version=2026-07-01"
    )
    body = {
        "sku": {"name": "Standard", "capacity": 1},
        "properties": {"model": {"format": "OpenAI", "name": model, "version": "1"}},
    }
    headers = {
        "authorization": f"Bearer {env['ANYTUNE_AZURE_ACCESS_TOKEN']}",
        "content-type": "application/json",
    }
    request = urllib.request.Request(address, json.dumps(body).encode(), headers, method="PUT")
    urllib.request.urlopen(request).close()
    while True:
        try:
            CLIENT.chat.completions.create(model=MODE, messages=MESSAGES)
            return MODE
        except openai.NotFoundError:
            time.sleep(0.02)


def streamed(model):
    pieces = CLIENT.chat.completions.create(model=model, messages=MESSAGES, stream=True)
    return "".join(piece.choices[0].delta.content or "" for piece in pieces if piece.choices)


def removed(file, model):
    gone = CLIENT.files.delete(file).deleted
    return gone if IS_AZURE else gone and CLIENT.models.delete(model).deleted


def refusal(file):
    """What is not there is refused with the client's own class."""
    try:
        CLIENT.files.retrieve(file)
        return "found"
    except openai.NotFoundError:
        return "NotFoundError"


def live():
    file = processed(stage())
    content = CLIENT.files.content(file.id).content
    job = ended(create(file.id, {"n_epochs": 2, "batch_size": 4}))
    events = list(JOBS.list_events(job.id, limit=3))
    checkpoints = list(JOBS.checkpoints.list(job.id, limit=1))
    table = result_table(job)
    listed = list(JOBS.list(limit=1))
    stopped = stop_on_the_way(file.id)
    model = job.fine_tuned_model
    target = deploy(model) if IS_AZURE else model
    answer = CLIENT.chat.completions.create(model=target, messages=MESSAGES).choices[0]
    return {
        "file": file.status,
        "sameBytes": content == ROWS,
        "job": job.status,
        "steps": sum(event.type == "metrics" for event in events),
        "checkpoints": [checkpoint.step_number for checkpoint in checkpoints],
        "table": table,
        "listed": any(one.id == job.id for one in listed),
        "stopped": stopped,
        "answered": answer.message.content != "" and answer.finish_reason == "stop",
        "streamedTheSame": streamed(target) == answer.message.content,
        "model": any(one.id == model for one in CLIENT.models.list())
        and CLIENT.models.retrieve(model).id == model,
        "removed": removed(file.id, model),
        "refused": refusal(file.id),
    }


print(json.dumps(live()))
