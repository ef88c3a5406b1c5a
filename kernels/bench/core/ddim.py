"""Seconds of DDIM with diffusers' scheduler on a mixture whose score is known, and where its points end."""
import json
import sys
import time

request = json.load(sys.stdin)
sys.path.insert(0, request["packages"])

import torch  # noqa: E402
from diffusers import DDIMScheduler  # noqa: E402

torch.set_num_threads(1)
torch.set_grad_enabled(False)
steps = request["steps"]
weights, means, variances = (torch.tensor(request[name], dtype=torch.float64) for name in ("weights", "means", "variances"))
scheduler = DDIMScheduler(
    num_train_timesteps=steps, beta_start=request["betaStart"], beta_end=request["betaEnd"], beta_schedule="linear",
    clip_sample=False, set_alpha_to_one=True, steps_offset=0,
)
scheduler.set_timesteps(steps)
alpha_bar = scheduler.alphas_cumprod.double()


def noise(x, t):
    bar = alpha_bar[t]
    spread = bar * variances + (1 - bar)
    toMean = bar.sqrt() * means - x[:, None, :]
    exponents = weights.log() - spread.log() - toMean.square().sum(-1) / (2 * spread)
    pull = torch.softmax(exponents, dim=1) / spread
    return -(1 - bar).sqrt() * (pull[:, :, None] * toMean).sum(1)


def run():
    x = torch.tensor(request["start"], dtype=torch.float64).reshape(-1, 2)
    started = time.perf_counter()
    for t in scheduler.timesteps:
        x = scheduler.step(noise(x, t), t, x).prev_sample
    return time.perf_counter() - started, x


seconds, x = run()
json.dump({"seconds": seconds, "end": x.flatten().tolist()}, sys.stdout)
