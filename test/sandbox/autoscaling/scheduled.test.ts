import {
  DeleteAutoScalingGroupCommand,
  DeleteScheduledActionCommand,
  DescribeScheduledActionsCommand,
  PutScheduledUpdateGroupActionCommand,
  ResumeProcessesCommand,
  SuspendProcessesCommand,
  UpdateAutoScalingGroupCommand,
  type PutScheduledUpdateGroupActionCommandInput,
  type ScheduledUpdateGroupAction,
} from "@aws-sdk/client-auto-scaling";
import { describe, expect, it } from "vitest";
import { lookAtAll } from "../../../src/sandbox/autoscaling/keeper.ts";
import { temporaryDirectory } from "../../support/temporary-directory.ts";
import { Scaled, startScaledSandbox } from "./support.ts";

const AutoScalingGroupName = "web";
const none = { MinSize: 0, MaxSize: 0, DesiredCapacity: 0 };

type More = Partial<PutScheduledUpdateGroupActionCommandInput>;

class Schedule {
  private constructor(readonly scaled: Scaled) {}

  static async start(home?: string): Promise<Schedule> {
    const scaled = await Scaled.start(home);
    await scaled.create();
    await scaled.look({ times: 2 });
    return new Schedule(scaled);
  }

  in(seconds: number): Date {
    return new Date(this.scaled.sandbox.world.now().getTime() + seconds * 1000);
  }

  put(ScheduledActionName: string, more: More) {
    const input = { AutoScalingGroupName, ScheduledActionName, ...more };
    return this.scaled.auto.send(new PutScheduledUpdateGroupActionCommand(input));
  }

  remove(ScheduledActionName: string) {
    return this.scaled.auto.send(new DeleteScheduledActionCommand({ AutoScalingGroupName, ScheduledActionName }));
  }

  async all(more: object = { AutoScalingGroupName }): Promise<ScheduledUpdateGroupAction[]> {
    const { ScheduledUpdateGroupActions = [] } = await this.scaled.auto.send(new DescribeScheduledActionsCommand(more));
    return ScheduledUpdateGroupActions;
  }

  async names(more: object = { AutoScalingGroupName }): Promise<(string | undefined)[]> {
    return (await this.all(more)).map((it) => it.ScheduledActionName);
  }
}

describe("a scheduled action", () => {
  it("sets the group's sizes at its second, once, and says so", async () => {
    const schedule = await Schedule.start();
    const { scaled } = schedule;
    const at = schedule.in(60);
    await schedule.put("end", { ...none, StartTime: at });
    const StartTime = new Date(Math.floor(at.getTime() / 1000) * 1000);
    const [action] = await schedule.all();
    expect(action).toMatchObject({
      AutoScalingGroupName,
      ScheduledActionName: "end",
      StartTime,
      Time: StartTime,
      ...none,
    });
    expect(action?.ScheduledActionARN).toMatch(
      /^arn:aws:autoscaling:ap-northeast-1:\d{12}:scheduledUpdateGroupAction:[\w-]{36}:autoScalingGroupName\/web:scheduledActionName\/end$/,
    );
    await scaled.look({ later: 55 });
    expect(await scaled.serving()).toHaveLength(2);
    await scaled.look({ later: 6, times: 3 });
    expect(await scaled.group()).toMatchObject(none);
    expect(await scaled.instances()).toEqual([]);
    expect(await schedule.all()).toEqual([]);
    const [last] = await scaled.activities();
    expect(last?.Description).toMatch(/^Terminating EC2 instance: i-/);
    expect(last?.Cause).toContain(
      "a scheduled action update of AutoScalingGroup constraints to min: 0, max: 0, desired: 0 changing the desired capacity from 2 to 0.",
    );
    // It does not come again: the group is free to be used.
    await scaled.auto.send(new UpdateAutoScalingGroupCommand({ AutoScalingGroupName, MinSize: 1, MaxSize: 1 }));
    await scaled.look({ later: 1, times: 2 });
    expect(await scaled.serving()).toHaveLength(1);
  });

  it("is changed by its name, found by names or times, page by page, and removed", async () => {
    const schedule = await Schedule.start();
    await schedule.put("end", { ...none, StartTime: schedule.in(60) });
    await schedule.put("grow", { DesiredCapacity: 3, StartTime: schedule.in(30) });
    const moved = schedule.in(90);
    await schedule.put("end", { StartTime: moved });
    const [grow, end] = await schedule.all();
    expect(grow).toMatchObject({ ScheduledActionName: "grow", DesiredCapacity: 3 });
    expect(grow).not.toHaveProperty("MinSize");
    // What is not named anew stays.
    expect(end).toMatchObject({ ScheduledActionName: "end", ...none });
    expect(Math.abs((end?.StartTime?.getTime() ?? 0) - moved.getTime())).toBeLessThan(1000);
    expect(await schedule.names({ ScheduledActionNames: ["end", "other"] })).toEqual(["end"]);
    expect(await schedule.names({ EndTime: schedule.in(40) })).toEqual(["grow"]);
    expect(await schedule.names({ StartTime: schedule.in(40) })).toEqual(["end"]);
    expect(await schedule.names({ MaxRecords: 1 })).toEqual(["grow"]);
    await schedule.remove("end");
    expect(await schedule.names()).toEqual(["grow"]);
    const { scaled } = schedule;
    await scaled.look({ later: 31, times: 2 });
    expect(await scaled.group()).toMatchObject({ MinSize: 1, MaxSize: 4, DesiredCapacity: 3 });
  });

  it("is refused as Auto Scaling refuses it", async () => {
    const schedule = await Schedule.start();
    const refused = async (name: string, message: RegExp, sent: Promise<unknown>) =>
      expect(sent).rejects.toMatchObject({ name, message: expect.stringMatching(message) as string });
    const StartTime = schedule.in(60);
    await refused(
      "ValidationError",
      /^Given start time is in the past$/,
      schedule.put("end", { ...none, StartTime: schedule.in(-2) }),
    );
    await refused("ValidationError", /At least one of/, schedule.put("end", { StartTime }));
    await refused("ValidationError", /start time/, schedule.put("end", none));
    await refused("ValidationError", /min bound/, schedule.put("end", { MinSize: 2, MaxSize: 1, StartTime }));
    await refused("ValidationError", /between/, schedule.put("end", { MaxSize: 1, DesiredCapacity: 2, StartTime }));
    await refused(
      "ValidationError",
      /not support Recurrence/,
      schedule.put("end", { ...none, Recurrence: "0 8 * * *" }),
    );
    await refused(
      "ValidationError",
      /group name not found/i,
      schedule.put("end", { ...none, StartTime, AutoScalingGroupName: "other" }),
    );
    await refused("ValidationError", /group name not found/i, schedule.all({ AutoScalingGroupName: "other" }));
    await refused("ValidationError", /^Scheduled action name not found$/, schedule.remove("end"));
    await schedule.put("end", { ...none, StartTime });
    await refused(
      "AlreadyExistsFault",
      /scheduled start time already exists/,
      schedule.put("other", { ...none, StartTime }),
    );
    await schedule.put("end", { ...none, StartTime });
    for (let more = 1; more < 125; more += 1)
      await schedule.put(`a${more}`, { ...none, StartTime: schedule.in(100 + more * 2) });
    await refused("LimitExceededFault", /125/, schedule.put("one-more", { ...none, StartTime: schedule.in(900) }));
  });

  it("passes by while the process is suspended, and does nothing that does not fit the group", async () => {
    const schedule = await Schedule.start();
    const { scaled } = schedule;
    const process = { AutoScalingGroupName, ScalingProcesses: ["ScheduledActions"] };
    await scaled.auto.send(new SuspendProcessesCommand(process));
    await schedule.put("end", { ...none, StartTime: schedule.in(10) });
    await schedule.put("grow", { DesiredCapacity: 9, StartTime: schedule.in(30) });
    await scaled.look({ later: 15 });
    await scaled.auto.send(new ResumeProcessesCommand(process));
    expect(await schedule.names()).toEqual(["grow"]);
    await scaled.look({ later: 20 });
    expect(await schedule.names()).toEqual([]);
    expect(await scaled.group()).toMatchObject({ MinSize: 1, MaxSize: 4, DesiredCapacity: 2 });
    expect(await scaled.serving()).toHaveLength(2);
  });

  it("goes with its group", async () => {
    const schedule = await Schedule.start();
    await schedule.put("end", { ...none, StartTime: schedule.in(60) });
    await schedule.scaled.auto.send(new DeleteAutoScalingGroupCommand({ AutoScalingGroupName, ForceDelete: true }));
    await schedule.scaled.look({ times: 3 });
    const { groups, scheduled } = schedule.scaled.sandbox.world.autoscaling.data;
    expect({ groups, scheduled }).toEqual({ groups: {}, scheduled: {} });
  });

  it("whose time comes while no daemon runs is carried out by the next one", async () => {
    const home = temporaryDirectory();
    const schedule = await Schedule.start(home);
    await schedule.put("end", { ...none, StartTime: schedule.in(60) });
    await schedule.put("later", { DesiredCapacity: 1, MinSize: 1, MaxSize: 1, StartTime: schedule.in(7200) });
    const after = await startScaledSandbox({ skewMs: 3_600_000 }, home);
    await lookAtAll(after.world);
    const { groups, scheduled } = after.world.autoscaling.data;
    expect(groups.web).toMatchObject({ min: 0, max: 0, desired: 0 });
    expect(Object.values(scheduled).map(({ name }) => name)).toEqual(["later"]);
  });
});
