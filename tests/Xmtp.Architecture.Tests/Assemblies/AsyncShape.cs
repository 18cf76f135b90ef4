using System.CodeDom.Compiler;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Xmtp.Architecture.Tests.Assemblies;

/// <summary>
/// The shape of public asynchronous methods: the name ends in Async, the last parameter is a cancellation token, and
/// what yields over time is an <see cref="IAsyncEnumerable{T}"/>. Members whose shape others decided are left out:
/// generated code, overrides and implementations of what is declared elsewhere.
/// </summary>
internal static class AsyncShape
{
    private static readonly Type[] Awaitables = [typeof(Task), typeof(Task<>), typeof(ValueTask), typeof(ValueTask<>)];
    private static readonly Type[] OtherStreams = [typeof(IObservable<>), typeof(IAsyncEnumerator<>), typeof(ChannelReader<>), typeof(Channel<>), typeof(Channel<,>)];

    public static IEnumerable<Violation> Check(Type type, Func<Assembly, bool> isOurs) =>
        typeof(Delegate).IsAssignableFrom(type) ? [] : Methods(type, isOurs).SelectMany(Check);

    private static IEnumerable<Violation> Check(MethodInfo method)
    {
        var subject = $"{method.DeclaringType!.FullName}.{method.Name}";
        var returned = method.ReturnType.IsGenericType ? method.ReturnType.GetGenericTypeDefinition() : method.ReturnType;
        if (OtherStreams.Contains(returned)) yield return new Violation(subject, $"yields a {returned.Name}, not an IAsyncEnumerable");
        if (method.IsSpecialName) yield break; // a property may give a task that was started elsewhere
        var isAwaitable = Awaitables.Contains(returned);
        if (isAwaitable && !method.Name.EndsWith("Async", StringComparison.Ordinal)) yield return new Violation(subject, "does not end in Async");
        if (!isAwaitable && returned != typeof(IAsyncEnumerable<>)) yield break;
        if (method.GetParameters().LastOrDefault() is not { } last || last.ParameterType != typeof(CancellationToken))
            yield return new Violation(subject, "does not take a CancellationToken last");
        else if (last.Name != "cancellationToken")
            yield return new Violation(subject, $"calls its token {last.Name}, not cancellationToken");
    }

    private static IEnumerable<MethodInfo> Methods(Type type, Func<Assembly, bool> isOurs)
    {
        const BindingFlags Declared = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        var foreign = type.IsInterface ? [] : type.GetInterfaces().Where(contract => !isOurs(contract.Assembly))
            .SelectMany(contract => type.GetInterfaceMap(contract).TargetMethods).ToHashSet();
        return type.GetMethods(Declared).Where(method => !IsGenerated(method) && !foreign.Contains(method)
            && method.GetBaseDefinition() is var declared && isOurs(declared.DeclaringType!.Assembly) && !IsGenerated(declared));
    }

    private static bool IsGenerated(MethodInfo method) =>
        method.IsDefined(typeof(GeneratedCodeAttribute)) || method.IsDefined(typeof(CompilerGeneratedAttribute))
        || method.DeclaringType!.IsDefined(typeof(GeneratedCodeAttribute));
}
