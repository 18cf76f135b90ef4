using Google.Protobuf.Reflection;

namespace Xmtp.Interop.Wire;

/// <summary>Finds every difference between our descriptors and what a published package says.</summary>
internal sealed class WireComparison
{
    private readonly Dictionary<string, MessageDescriptor> messages = [];
    private readonly Dictionary<string, EnumDescriptor> enums = [];
    private readonly Dictionary<string, ServiceDescriptor> services = [];
    private readonly List<string> differences = [];
    private readonly bool whole;

    private WireComparison(IEnumerable<FileDescriptor> ours, bool whole)
    {
        this.whole = whole;
        foreach (var file in ours)
        {
            foreach (var message in file.MessageTypes)
                Collect(message);
            foreach (var type in file.EnumTypes)
                enums.Add(FlatName(type), type);
            foreach (var service in file.Services)
                services.Add(service.FullName, service);
        }
    }

    /// <param name="whole">Whether we must have nothing that the package lacks; false for a package older than ours.</param>
    public static IReadOnlyList<string> Differences(PublishedFacts published, IEnumerable<FileDescriptor> ours, bool whole)
    {
        var comparison = new WireComparison(ours, whole);
        comparison.CompareMessages(published.Messages);
        comparison.CompareEnums(published.Enums);
        if (published.Services is not null)
            comparison.CompareServices(published.Services);
        comparison.CompareJson(published);
        return comparison.differences;
    }

    private void Collect(MessageDescriptor message)
    {
        messages.Add(FlatName(message), message);
        foreach (var nested in message.NestedTypes)
            Collect(nested);
        foreach (var type in message.EnumTypes)
            enums.Add(FlatName(type), type);
    }

    private void CompareMessages(Dictionary<string, List<PublishedField>> published)
    {
        CompareNames("message", published.Keys, messages.Keys);
        foreach (var (name, fields) in published)
        {
            if (!messages.TryGetValue(name, out var message))
                continue;
            CompareNames($"{name}: field number", fields.Select(field => field.Number), message.Fields.InFieldNumberOrder().Select(field => field.FieldNumber));
            foreach (var theirs in fields)
            {
                if (message.FindFieldByNumber(theirs.Number) is { } ours)
                    CompareField($"{name}.{theirs.Name}", theirs, ours);
            }
        }
    }

    private void CompareField(string place, PublishedField theirs, FieldDescriptor ours)
    {
        Same(place, "name", theirs.Name, ours.JsonName);
        if (theirs.ProtoName is not null)
        {
            Same(place, "proto name", theirs.ProtoName, ours.Name);
            Same(place, "oneof", theirs.Oneof ?? "none", ours.RealContainingOneof?.Name ?? "none");
        }

        Same(place, "type", theirs.Type, TypeName(ours));
        Same(place, "label", theirs.Label, ours.IsMap ? "map" : ours.IsRepeated ? "repeated" : "singular");
        if (theirs.ExplicitPresence is { } explicitPresence)
            Same(place, "explicit presence", explicitPresence, ours.ContainingOneof is not null);
    }

    private void CompareEnums(Dictionary<string, Dictionary<string, int>> published)
    {
        CompareNames("enum", published.Keys, enums.Keys);
        foreach (var (name, values) in published)
        {
            if (enums.TryGetValue(name, out var type))
                CompareNames(name, values.Select(value => $"{value.Key}={value.Value}"), type.Values.Select(value => $"{value.Name}={value.Number}"));
        }
    }

    private void CompareServices(Dictionary<string, List<PublishedMethod>> published)
    {
        CompareNames("service", published.Keys, services.Keys);
        foreach (var (name, methods) in published)
        {
            if (services.TryGetValue(name, out var service))
            {
                CompareNames(name, methods, service.Methods.Select(method =>
                    new PublishedMethod(method.Name, method.IsClientStreaming, method.IsServerStreaming, FlatName(method.InputType), FlatName(method.OutputType))));
            }
        }
    }

    // What the JSON gateway's generator kept: names alone. Calls that stream from the client do not exist there.
    private void CompareJson(PublishedFacts published)
    {
        foreach (var (name, fields) in published.JsonNames ?? [])
        {
            if (messages.TryGetValue(name, out var message))
                CompareNames($"{name}: JSON name", fields, message.Fields.InFieldNumberOrder().Select(field => field.JsonName));
            else
                differences.Add($"message {name} is missing");
        }

        foreach (var (name, values) in published.JsonEnums ?? [])
            CompareNames($"{name}: JSON value", values, enums.GetValueOrDefault(name)?.Values.Select(value => value.Name) ?? []);
        foreach (var (name, methods) in published.JsonMethods ?? [])
            CompareNames($"{name}: JSON method", methods, services.GetValueOrDefault(name)?.Methods.Where(method => !method.IsClientStreaming).Select(method => method.Name) ?? []);
    }

    private void CompareNames<T>(string what, IEnumerable<T> theirs, IEnumerable<T> ours)
    {
        var (published, declared) = (theirs.ToHashSet(), ours.ToHashSet());
        differences.AddRange(published.Where(name => !declared.Contains(name)).Select(name => $"{what} {name} is missing"));
        if (whole)
            differences.AddRange(declared.Where(name => !published.Contains(name)).Select(name => $"{what} {name} is not published"));
    }

    private void Same<T>(string place, string what, T theirs, T ours)
    {
        if (!EqualityComparer<T>.Default.Equals(theirs, ours))
            differences.Add($"{place}: {what} is {ours}, published {theirs}");
    }

    private static string TypeName(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.Message => FlatName(field.MessageType),
        FieldType.Enum => FlatName(field.EnumType),
        var scalar => scalar.ToString().ToLowerInvariant(),
    };

    // The published code has no nested types; it joins their names with underscores.
    private static string FlatName(IDescriptor type) => $"{type.File.Package}.{type.FullName[(type.File.Package.Length + 1)..].Replace('.', '_')}";
}
