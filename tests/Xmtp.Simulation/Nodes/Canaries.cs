using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Network;
using Xmtp.Protocol.Network.V1;
using Xmtp.Simulation.Disk;

namespace Xmtp.Simulation.Nodes;

/// <summary>Where the planted bugs of <see cref="Canary"/> are. None of them is in the code under test.</summary>
internal static class Canaries
{
    public static Func<DiskChange, DiskChange>? Tamper(World world, SimDisk disk) => world.Canary switch
    {
        Canary.DroppedEntry => change => change is DiskChange.Commit { Entries.Length: > 1 } commit && world.Random.Next(4) == 0 ? DropLast(commit) : change,
        Canary.ForgetsRepeats => change => HideRepeats(change, disk),
        _ => null,
    };

    public static CheckedEntries Swap(World world, CheckedEntries checkedEntries)
    {
        if (world.Canary != Canary.SwappedPayloads || checkedEntries.Entries is not { Entries: [var first, var second, ..] } run) return checkedEntries;
        return checkedEntries with { Entries = run with { Entries = [first with { Payload = second.Payload }, second with { Payload = first.Payload }, .. run.Entries.Skip(2)] } };
    }

    public static Frame Alter(World world, Frame frame)
    {
        switch (world.Canary)
        {
            case Canary.ResumesFromMaximum when frame.Follow is { From: > 1 } follow:
                return new Frame { Follow = new Follow { Log = follow.Log, From = follow.From + 1 } };
            case Canary.EarlyAcknowledgement when frame.Ack is { } ack:
                return new Frame { Ack = new Ack { Watermarks = { ack.Watermarks.Select(static mark => new Watermark { Log = mark.Log, Watermark_ = mark.Watermark_ + 1 }) } } };
            default:
                return frame;
        }
    }

    private static DiskChange.Commit DropLast(DiskChange.Commit commit)
    {
        var last = commit.Entries[^1].Place;
        return new DiskChange.Commit(commit.Entries[..^1], [.. commit.Heads.Where(head => head.Log != last.Log || head.Head.Sequence < last.Sequence)]);
    }

    private static DiskChange HideRepeats(DiskChange change, SimDisk disk)
    {
        if (change is not DiskChange.Commit commit) return change;
        foreach (var entry in commit.Entries)
        {
            var places = new EntryPlace[1];
            World.Now(disk.Image.FindAsync(new[] { entry.IndexKey }, places));
            if (!places[0].IsNone && entry.Visibility == EntryVisibility.Visible) entry.Visibility = EntryVisibility.Copy;
        }

        return change;
    }
}
