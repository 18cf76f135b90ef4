using System.Globalization;
using Google.Protobuf;
using Xmtp.Cli.Nodes;
using Xmtp.Cli.Output;
using Xmtp.Node.Core.Membership;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Cli.Inspection;

/// <summary>Takes a node's record apart.</summary>
internal sealed class RecordInspector(TimeProvider time)
{
    private const string Advice = "Give a record as `xmtp node inspect record --json` prints its bytes.";

    /// <summary>A record by itself.</summary>
    /// <param name="bytes">The bytes of record and signature.</param>
    /// <exception cref="InspectException">These bytes are no record.</exception>
    public RecordOutput Inspect(byte[] bytes)
    {
        try
        {
            return Inspect(SignedRecord.Parser.ParseFrom(bytes), null);
        }
        catch (InvalidProtocolBufferException failure)
        {
            throw new InspectException(ErrorCatalogue.MalformedData, $"These bytes are no record: {failure.Message}", Advice);
        }
    }

    /// <summary>A record, beside the network it should be of.</summary>
    /// <param name="signed">Record and signature.</param>
    /// <param name="network">The network; null for any.</param>
    /// <exception cref="InspectException">It cannot be read.</exception>
    public RecordOutput Inspect(SignedRecord signed, string? network)
    {
        if (!RecordCheck.TryRead(signed, out var record, out var key, out var problem))
            throw new InspectException(ErrorCatalogue.MalformedData, $"These bytes are no record: {problem}.", Advice);
        var verdicts = new Verdicts();
        var isSigned = RecordCheck.IsSigned(signed, record, key);
        verdicts.Add("signature", isSigned, isSigned ? "the node signed it" : "the node did not sign it");
        if (network is not null) verdicts.Add("network", record.Network == network, record.Network == network ? "it is of the node's own network" : $"the node that was asked is of network '{network}'");
        AddTimes(verdicts, record);
        if (record.Leaving) verdicts.Skip("leaving", "the node says good-bye with it");
        return new RecordOutput(
            key.Id.ToString(), Convert.ToHexStringLower(key.Bytes.Span), record.Network, Some(record.NodeEndpoint), Some(record.GrpcEndpoint), Some(record.GrpcWebEndpoint), Some(record.HttpEndpoint),
            record.Software, record.ProtocolMin, record.ProtocolMax, Some(record.Region), record.Counter, NodeTime.Whole(record.IssuedNs), NodeTime.Iso(record.IssuedNs)!, NodeTime.Whole(record.ExpiresNs),
            NodeTime.Iso(record.ExpiresNs)!, Some(Convert.ToHexStringLower(record.AdmissionProof.Span)), record.Leaving, Convert.ToHexStringLower(signed.Signature.Span),
            Convert.ToBase64String(signed.ToByteArray()), verdicts.All);
    }

    private void AddTimes(Verdicts verdicts, NodeRecord record)
    {
        var now = time.GetUtcNow();
        var (issued, expires) = (NodeTime.Of(record.IssuedNs), NodeTime.Of(record.ExpiresNs));
        if (issued > now) verdicts.Skip("time", $"it is dated {NodeTime.Span(issued - now)} ahead of this machine's clock");
        else if (expires <= now) verdicts.Add("time", false, $"it expired {NodeTime.Span(now - expires)} ago");
        else verdicts.Add("time", true, string.Create(CultureInfo.InvariantCulture, $"it is {NodeTime.Span(now - issued)} old and good for another {NodeTime.Span(expires - now)}"));
    }

    private static string? Some(string text) => text.Length == 0 ? null : text;
}
