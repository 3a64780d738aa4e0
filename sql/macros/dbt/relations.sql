{#-
    Relations without their database: a view that named it would break in every copy of the file that has another name,
    or that is attached under one.
-#}
{% macro ref() %}
    {% do return(builtins.ref(*varargs, **kwargs).include(database=false)) %}
{% endmacro %}

{% macro source() %}
    {% do return(builtins.source(*varargs).include(database=false)) %}
{% endmacro %}
