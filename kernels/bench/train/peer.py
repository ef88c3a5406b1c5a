"""PyTorch's side of `noisebook bench train`: the U-Net of src/model as a PyTorch user would write it, with the weights, data and noise of
the problem's folder. Reads requests as lines of JSON from stdin and answers each with one on descriptor 3.

    python peer.py <folder> <eager|channels_last|compiled|bf16>
"""

import json
import math
import os
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F


class Problem:
    """What both sides are given: a manifest, and one file of float32."""

    def __init__(self, folder):
        with open(os.path.join(folder, "problem.json"), encoding="utf8") as file:
            self.manifest = json.load(file)
        with open(os.path.join(folder, "problem.bin"), "rb") as file:
            self.numbers = torch.frombuffer(bytearray(file.read()), dtype=torch.float32)

    def tensor(self, name):
        entry = self.manifest["tensors"][name]
        count = math.prod(entry["shape"])
        return self.numbers[entry["offset"] : entry["offset"] + count].reshape(entry["shape"]).clone()

    def images(self, name):
        """[..., height, width, channels] as PyTorch has it, channels before height."""
        return self.tensor(name).movedim(-1, -3).contiguous()


class Attention(nn.Module):
    def __init__(self, channels, groups, heads):
        super().__init__()
        self.heads = heads
        self.norm = nn.GroupNorm(groups, channels, eps=1e-6)
        self.query, self.key, self.value, self.out = (nn.Conv2d(channels, channels, 1) for _ in range(4))

    def forward(self, x):
        n, channels, height, width = x.shape
        h = self.norm(x)
        split = lambda y: y.reshape(n, self.heads, channels // self.heads, height * width).transpose(2, 3)
        mixed = F.scaled_dot_product_attention(split(self.query(h)), split(self.key(h)), split(self.value(h)))
        return x + self.out(mixed.transpose(2, 3).reshape(n, channels, height, width))


class ResidualBlock(nn.Module):
    def __init__(self, inputs, outputs, groups, embedding):
        super().__init__()
        self.norm1 = nn.GroupNorm(groups, inputs, eps=1e-6)
        self.conv1 = nn.Conv2d(inputs, outputs, 3, padding=1)
        self.time = nn.Linear(embedding, outputs)
        self.norm2 = nn.GroupNorm(groups, outputs, eps=1e-6)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1)
        self.shortcut = nn.Conv2d(inputs, outputs, 1) if inputs != outputs else nn.Identity()

    def forward(self, x, told):
        h = self.conv1(F.silu(self.norm1(x))) + self.time(told)[:, :, None, None]
        return self.shortcut(x) + self.conv2(F.silu(self.norm2(h)))


class Downsample(nn.Conv2d):
    """TensorFlow's "same" padding of a stride of 2 is at the right and below."""

    def __init__(self, channels):
        super().__init__(channels, channels, 3, stride=2)

    def forward(self, x):
        return super().forward(F.pad(x, (0, 1, 0, 1)))


class Upsample(nn.Conv2d):
    def __init__(self, channels):
        super().__init__(channels, channels, 3, padding=1)

    def forward(self, x):
        return super().forward(F.interpolate(x, scale_factor=2.0, mode="nearest"))


class Level(nn.Module):
    """The blocks of one resolution, named as src/model names them."""

    def __init__(self, blocks, attends, outputs, groups, heads, embedding):
        super().__init__()
        self.block = nn.ModuleList(ResidualBlock(inputs, outputs, groups, embedding) for inputs in blocks)
        self.attention = nn.ModuleList(Attention(outputs, groups, heads) for _ in blocks) if attends else None

    def stage(self, i, x, told):
        h = self.block[i](x, told)
        return self.attention[i](h) if self.attention is not None else h


class Middle(nn.Module):
    def __init__(self, channels, groups, heads, embedding):
        super().__init__()
        self.block = nn.ModuleList(ResidualBlock(channels, channels, groups, embedding) for _ in range(2))
        self.attention = Attention(channels, groups, heads)

    def forward(self, x, told):
        return self.block[1](self.attention(self.block[0](x, told)), told)


class TimeEmbedding(nn.Module):
    def __init__(self, size):
        super().__init__()
        half = size // 2
        self.register_buffer("frequencies", torch.exp(torch.arange(half, dtype=torch.float64) * (-math.log(10000) / (half - 1))).float(), persistent=False)
        self.dense0 = nn.Linear(size, 4 * size)
        self.dense1 = nn.Linear(4 * size, 4 * size)

    def forward(self, t):
        phases = (t - 1)[:, None] * self.frequencies
        return self.dense1(F.silu(self.dense0(torch.cat([phases.sin(), phases.cos()], 1))))


class Unet(nn.Module):
    def __init__(self, config):
        super().__init__()
        base, groups, heads, count = config["baseChannels"], config["groups"], config["heads"], config["blocksPerLevel"]
        channels = [base * factor for factor in config["channelMultipliers"]]
        images = config["image"]
        attends = [images["height"] // 2**level in config["attentionResolutions"] for level in range(len(channels))]
        self.time = TimeEmbedding(base)
        self.convIn = nn.Conv2d(images["channels"], base, 3, padding=1)
        skips = [base]
        self.down = nn.ModuleList()
        for level, outputs in enumerate(channels):
            self.down.append(Level([skips[-1]] + [outputs] * (count - 1), attends[level], outputs, groups, heads, 4 * base))
            skips += [outputs] * count
            if level < len(channels) - 1:
                self.down[level].downsample = Downsample(outputs)
                skips.append(outputs)
        self.middle = Middle(channels[-1], groups, heads, 4 * base)
        below = channels[-1]
        up = {}
        for level in reversed(range(len(channels))):
            outputs = channels[level]
            inputs = []
            for _ in range(count + 1):
                inputs.append(below + skips.pop())
                below = outputs
            up[level] = Level(inputs, attends[level], outputs, groups, heads, 4 * base)
            if level > 0:
                up[level].upsample = Upsample(outputs)
        self.up = nn.ModuleList(up[level] for level in range(len(channels)))
        self.normOut = nn.GroupNorm(groups, channels[0], eps=1e-6)
        self.convOut = nn.Conv2d(channels[0], images["channels"], 3, padding=1)

    def forward(self, x, t):
        told = F.silu(self.time(t))
        h = self.convIn(x)
        left = [h]
        for level in self.down:
            for i in range(len(level.block)):
                left.append(h := level.stage(i, h, told))
            if hasattr(level, "downsample"):
                left.append(h := level.downsample(h))
        h = self.middle(h, told)
        for level in reversed(self.up):
            for i in range(len(level.block)):
                h = level.stage(i, torch.cat([h, left.pop()], 1), told)
            if hasattr(level, "upsample"):
                h = level.upsample(h)
        return self.convOut(F.silu(self.normOut(h)))


def load(model, problem):
    """Weights by name: kernels are [height, width, in, out] or [in, out] in the file, a 1 x 1 convolution's among the latter."""
    names = {"kernel": "weight", "bias": "bias", "scale": "weight", "shift": "bias"}
    parameters = dict(model.named_parameters())
    for entry in problem.manifest["tensors"]:
        if not entry.startswith("parameter/"):
            continue
        path, _, kind = entry.removeprefix("parameter/").rpartition(".")
        target = parameters.pop(f"{path}.{names[kind]}")
        value = problem.tensor(entry)
        if kind == "kernel":
            value = value.movedim((-1, -2), (0, 1))
        with torch.no_grad():
            target.copy_(value.reshape(target.shape))
    if parameters:
        raise ValueError(f"the problem has no weights for {', '.join(parameters)}")


class Side:
    def __init__(self, folder, mode):
        problem = Problem(folder)
        self.manifest = problem.manifest
        self.format = torch.channels_last if mode in ("channels_last", "bf16") else torch.contiguous_format
        self.bf16 = mode == "bf16"
        model = Unet(problem.manifest["config"])
        load(model, problem)
        model.to(memory_format=self.format)
        adam = problem.manifest["adam"]
        self.optimizer = torch.optim.Adam(
            model.parameters(), lr=adam["learningRate"], betas=(adam["beta1"], adam["beta2"]), eps=adam["epsilon"]
        )
        self.model = torch.compile(model) if mode == "compiled" else model
        count = range(problem.manifest["batches"])
        self.batches = [
            (self.laid(problem.images(f"batch/{i}/xt")), problem.tensor(f"batch/{i}/t"), self.laid(problem.images(f"batch/{i}/target"))) for i in count
        ]
        self.start = self.laid(problem.images("sampling/xT"))
        self.path = problem.tensor("sampling/path").tolist()
        self.done = 0

    def laid(self, images):
        return images.contiguous(memory_format=self.format)

    def predict(self, x, t):
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.bf16):
            return self.model(x, t)

    def step(self):
        xt, t, target = self.batches[self.done % len(self.batches)]
        self.done += 1
        loss = F.mse_loss(self.predict(xt, t).float(), target)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.optimizer.step()
        return loss.item()

    def steps(self, request):
        seconds, losses = [], []
        for _ in range(request["count"]):
            started = time.perf_counter()
            losses.append(self.step())
            seconds.append(time.perf_counter() - started)
        return {"seconds": seconds, "losses": losses}

    def sample(self, request):
        started = time.perf_counter()
        x = self.start
        with torch.inference_mode():
            for t, keep, add in self.path[: request.get("steps")]:
                x = keep * x + add * self.predict(x, torch.full((x.shape[0],), t)).float()
        values = x.movedim(-3, -1).flatten().tolist()
        seconds = time.perf_counter() - started
        return {"seconds": [seconds], "values": values if request.get("values") else []}

    def about(self, _request):
        parameters = sum(parameter.numel() for parameter in self.model.parameters())
        return {"version": torch.__version__, "threads": torch.get_num_threads(), "parameters": parameters}


def main():
    replies = os.fdopen(3, "w", encoding="utf8")
    side = Side(sys.argv[1], sys.argv[2])
    for line in sys.stdin:
        request = json.loads(line)
        try:
            reply = getattr(side, request["op"])(request)
        except Exception as error:
            reply = {"error": f"{type(error).__name__}: {error}".strip().splitlines()[0][:500]}
        replies.write(json.dumps(reply) + "\n")
        replies.flush()


main()
