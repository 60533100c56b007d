import { gunzipSync } from "node:zlib";
import { describe, expect, it, vi } from "vitest";
import { Deliveries } from "../../../src/sandbox/access-logs/deliveries.ts";
import { behaviourNames } from "../../../src/sandbox/realism/names.ts";
import { Realism } from "../../../src/sandbox/realism/realism.ts";
import { sandboxAccount } from "../../../src/sandbox/world.ts";
import { applyAccessLogs } from "../../../src/steps/s3/access-logs.ts";
import { readLogLines } from "../../../src/steps/s3/read-log-lines.ts";
import { verifyAccessLogs } from "../../../src/steps/s3/verify-access-logs.ts";
import { failed, logsBucket, startScene } from "../../support/access-logs-scene.ts";
import { region, stack } from "../../support/stage.ts";

describe("slow-access-logs", () => {
  const without = behaviourNames.filter((name) => name !== "slow-access-logs");

  it("leaves nothing to be seen at first; who waits sees the line", async () => {
    const realism = new Realism({ seed: 1, timeScale: 1, without });
    const { ctx, stage, deliveries } = await startScene();
    await applyAccessLogs(ctx, undefined);
    const pauseMs = realism.accessLogPauseMs();
    // By the stage's clock alone: a machine that is busy changes nothing.
    stage.onSleep = (waitedMs) => (waitedMs < pauseMs ? undefined : deliveries.deliver());
    await ctx.ports.http.request("http://page/first");
    const logs = { bucket: logsBucket, prefix: "alb/", kind: "alb" } as const;
    const seen: string[] = [];
    for await (const { line } of readLogLines(ctx.ports.objectStorage, logs)) seen.push(line);
    expect(seen).toEqual([]);
    expect(failed(await verifyAccessLogs(ctx, true))).toEqual([]);
    expect(stage.waitedMs()).toBeGreaterThanOrEqual(pauseMs);
    expect(realism.behaviours.shown.get("slow-access-logs")).toBeGreaterThan(0);
  });

  it("is how long a delivery waits for the next one", async () => {
    const realism = new Realism({ seed: 1, timeScale: 1, without });
    const pauseMs = realism.accessLogPauseMs();
    const { stage } = await startScene();
    vi.useFakeTimers();
    try {
      const deliveries = new Deliveries(stage.sandbox.world, { pauseMs: () => pauseMs });
      const deliver = vi.spyOn(deliveries, "deliver").mockResolvedValue();
      deliveries.start();
      await vi.advanceTimersByTimeAsync(pauseMs - 1);
      expect(deliver).not.toHaveBeenCalled();
      await vi.advanceTimersByTimeAsync(pauseMs + 1);
      expect(deliver).toHaveBeenCalledTimes(2);
      await deliveries.stop();
      await vi.advanceTimersByTimeAsync(2 * pauseMs);
      expect(deliver).toHaveBeenCalledTimes(2);
    } finally {
      vi.useRealTimers();
    }
  });
});

it("a delivered file is one of load balancing's, under its name and in its format", async () => {
  const { ctx, deliveries } = await startScene();
  await applyAccessLogs(ctx, undefined);
  await ctx.ports.http.request("http://page/a?b=c");
  await deliveries.deliver();
  const [file] = await ctx.ports.objectStorage.listObjects(
    logsBucket,
    `alb/AWSLogs/${sandboxAccount}/elasticloadbalancing/`,
  );
  expect(file?.key).toMatch(
    new RegExp(
      `^alb/AWSLogs/${sandboxAccount}/elasticloadbalancing/${region}/\\d{4}/\\d\\d/\\d\\d/${sandboxAccount}_elasticloadbalancing_${region}_app\\.${stack}\\.[0-9a-f]{16}_\\d{8}T\\d{4}Z_[\\d.]+_[0-9a-f]{8}\\.log\\.gz$`,
    ),
  );
  const bytes = await ctx.ports.objectStorage.getObject(logsBucket, file?.key ?? "");
  expect(gunzipSync(bytes ?? Buffer.alloc(0)).toString()).toMatch(
    /^http 2026-11-30T00:00:00\.000000Z app\/mine\/[0-9a-f]{16} 192\.0\.2\.1:40000 10\.5\.1\.10:80 0\.001 0\.020 0\.001 200 200 1 2 "GET http:\/\/page:80\/a\?b=c HTTP\/1\.1" "test" - - - "Root=1" "-" "-" 0 2026-11-29T23:59:59\.978000Z "forward" "-" "-" "10\.5\.1\.10:80" "200" "-" "-" TID_-\n$/,
  );
});
