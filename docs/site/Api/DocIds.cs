using System.Reflection;

namespace Xmtp.Site.Api;

/// <summary>The names that XML documentation gives to types and members.</summary>
internal static class DocIds
{
    public static string Of(MemberInfo member) => member switch
    {
        Type type => $"T:{TypeName(type)}",
        ConstructorInfo constructor => $"M:{Owner(constructor)}.#ctor{Parameters(constructor.GetParameters())}",
        MethodInfo { Name: "op_Implicit" or "op_Explicit" } conversion => $"M:{Owner(conversion)}.{conversion.Name}{Parameters(conversion.GetParameters())}~{Reference(conversion.ReturnType)}",
        MethodInfo method => $"M:{Owner(method)}.{method.Name}{(method.IsGenericMethod ? $"``{method.GetGenericArguments().Length}" : "")}{Parameters(method.GetParameters())}",
        PropertyInfo property => $"P:{Owner(property)}.{property.Name}{Parameters(property.GetIndexParameters())}",
        EventInfo => $"E:{Owner(member)}.{member.Name}",
        _ => $"F:{Owner(member)}.{member.Name}",
    };

    private static string Owner(MemberInfo member) => TypeName(member.DeclaringType!);

    private static string TypeName(Type type) => (type.IsGenericType ? type.GetGenericTypeDefinition() : type).FullName!.Replace('+', '.');

    private static string Parameters(ParameterInfo[] parameters) =>
        parameters.Length == 0 ? "" : $"({string.Join(',', parameters.Select(static parameter => Reference(parameter.ParameterType)))})";

    private static string Reference(Type type)
    {
        if (type.IsByRef) return Reference(type.GetElementType()!) + "@";
        if (type.IsArray) return Reference(type.GetElementType()!) + "[]";
        if (type.IsGenericParameter) return type.DeclaringMethod is null ? $"`{type.GenericParameterPosition}" : $"``{type.GenericParameterPosition}";
        if (!type.IsGenericType) return type.FullName!.Replace('+', '.');
        return $"{type.GetGenericTypeDefinition().FullName!.Split('`')[0].Replace('+', '.')}{{{string.Join(',', type.GetGenericArguments().Select(Reference))}}}";
    }
}
